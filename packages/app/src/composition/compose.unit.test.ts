import {
  CheckBundles,
  type Clock,
  type Digest,
  IdentifyCaller,
  type KeyDirectory,
} from '@sealpost/domain';
import { Container } from 'inversify';
import { describe, expect, it } from 'vitest';
import { configFrom } from '../config/load-config.ts';
import { bindFrom } from './bind-from.ts';
import { compose } from './compose.ts';
import { TOKENS } from './tokens.ts';
import { unknownKind } from '../backends/unknown-kind.ts';

const memory = configFrom({ profile: 'memory' });

describe('composition', () => {
  it('makes every part of the memory profile, and each of them once', async () => {
    const { get } = await compose(memory, () => undefined);
    (await get(TOKENS.address)).listensOn('http://127.0.0.1:1');
    for (const token of Object.values(TOKENS)) {
      const part: unknown = await get<unknown>(token);
      expect([token, part]).not.toContain(undefined);
      expect(await get<unknown>(token)).toBe(part);
    }
  });

  it('makes no two servers share anything', async () => {
    const [one, other] = await Promise.all([
      compose(memory, () => undefined),
      compose(memory, () => undefined),
    ]);
    expect(await one.get(TOKENS.accounts)).not.toBe(await other.get(TOKENS.accounts));
  });

  it('is refused by the compiler when two parts are swapped', () => {
    const container = new Container();
    const {
      identifyCaller: caller,
      accessTokens: t,
      revokedSessions: r,
      sessions: s,
      clock: c,
    } = TOKENS;
    const make = (...parts: ConstructorParameters<typeof IdentifyCaller>) =>
      new IdentifyCaller(...parts);
    container.bind(caller).toResolvedValue(make, [t, r, s, c]);
    // @ts-expect-error: sessions and revocations are swapped
    container.bind(caller).toResolvedValue(make, [t, s, r, c]);
    // @ts-expect-error: the clock is missing
    container.bind(caller).toResolvedValue(make, [t, r, s]);
    // @ts-expect-error: what is made is not what is bound
    container.bind(TOKENS.readLog).toResolvedValue(make, [t, r, s, c]);
    expect(container.isBound(caller)).toBe(true);
  });

  it('is refused by the compiler when named parts are of another kind or missing', () => {
    const container = new Container();
    const bind: typeof container.bind = (token) => container.bind(token);
    const { uploadBundles: upload, checkBundles: check, keys, clock, digest } = TOKENS;
    const make = (p: { keys: KeyDirectory; clock: Clock; digest: Digest }) =>
      new CheckBundles(p.keys, p.clock, p.digest);
    bindFrom(bind, check, { keys, clock, digest }, (parts) => make(parts));
    // @ts-expect-error: each is the other
    bindFrom(bind, check, { keys, clock: digest, digest: clock }, (parts) => make(parts));
    // @ts-expect-error: the digest is missing
    bindFrom(bind, check, { keys, clock }, (parts) => make(parts));
    // @ts-expect-error: what is made is not what is bound
    bindFrom(bind, upload, { keys, clock, digest }, (parts) => make(parts));
    expect(container.isBound(check)).toBe(true);
  });

  it('takes a kind of adapter without a branch for a bug', () => {
    expect(() => unknownKind('mysql' as never)).toThrow('invariant');
  });
});
