import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Bytes } from '../engine/engine.port.ts';
import { AccountKey } from './account-key.ts';
import { verifyDeviceCertificate } from './device-certificate.ts';
import {
  answerLink,
  approveLink,
  approverDigits,
  takeReveal,
  type ApproverLink,
} from './link-approver.ts';
import { decodeLink, encodeLink } from './link-codec.ts';
import {
  beginLink,
  confirmDigits,
  joinerDigits,
  openLink,
  revealOf,
  takeAnswer,
  type JoinerLink,
} from './link-joiner.ts';
import {
  generateLinkKey,
  LINK_EXTRAS_LIMIT_BYTES,
  LINK_PACKAGE_LIMIT_BYTES,
  sealLinkPackage,
} from './link-package.ts';
import { commitmentTo, linkDigits, linkTranscript, type LinkFacts } from './link-transcript.ts';

const accountId = 'account-1';
const signatureKey = new Uint8Array(32).fill(3);
const nowMs = 1_700_000_000_000;
const newDevice = { accountId, deviceId: 'phone', signatureKey };
const random = () => crypto.getRandomValues(new Uint8Array(32));

/** What a server does to what passes through it; by default nothing. */
interface Server {
  readonly request?: (request: JoinerLink['request']) => JoinerLink['request'];
  readonly answer?: (answer: ApproverLink['answer']) => ApproverLink['answer'];
  readonly reveal?: (nonce: Bytes) => Bytes;
}

function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('expected a value');
  return value;
}
function okOf<T extends { ok: boolean }>(result: T): Extract<T, { ok: true }> {
  expect(result).toMatchObject({ ok: true });
  return result as Extract<T, { ok: true }>;
}
const sameLink = <T>(link: T): T => link;
/** As a crash between two steps leaves it: only what was stored. */
const stored = <T extends JoinerLink | ApproverLink>(link: T): T =>
  decodeLink(encodeLink(link)) as T;

/** Both sides up to the point where digits are on both screens. */
async function exchange(
  account: AccountKey,
  server: Server = {},
  crash: typeof sameLink = sameLink,
) {
  const pass = { request: sameLink, answer: sameLink, reveal: sameLink, ...server };
  let joiner = crash(await beginLink(newDevice));
  const own = { accountId, accountKey: account.publicKey };
  let approver = crash(okOf(answerLink(own, pass.request(joiner.request))).link);
  joiner = crash(okOf(takeAnswer(joiner, pass.answer(approver.answer))).link);
  const reveal = takeReveal(approver, pass.reveal(must(revealOf(joiner))));
  if (reveal.ok) approver = crash(reveal.link);
  return { joiner, approver, reveal };
}

const give = (accountKey: AccountKey, extras = new Uint8Array([1, 2, 3])) => ({
  accountKey,
  extras,
  nowMs,
});

describe('linking a device', () => {
  it.each([
    ['', sameLink],
    [' when both crash after every step', stored],
  ])('hands over the account key, a certificate and extras%s', async (_name, crash) => {
    const account = await AccountKey.generate();
    const { joiner, approver } = await exchange(account, {}, crash as typeof sameLink);
    expect(joinerDigits(joiner)).toMatch(/^[0-9]{6}$/);
    expect(approverDigits(approver)).toBe(joinerDigits(joiner));
    const approved = okOf(await approveLink(approver, give(account)));
    const opened = okOf(
      await openLink((crash as typeof sameLink)(confirmDigits(joiner)), approved.sealed),
    );
    expect(opened.accountKey.seed()).toEqual(account.seed());
    expect(opened.extras).toEqual(new Uint8Array([1, 2, 3]));
    const claim = { ...newDevice, createdAtMs: opened.createdAtMs };
    for (const certificate of [opened.certificate, approved.certificate]) {
      expect(await verifyDeviceCertificate(account.publicKey, claim, certificate)).toBe(true);
    }
  });

  const swaps: readonly [string, Server][] = [
    ['the link key', { request: (request) => ({ ...request, linkKey: random() }) }],
    ['the signature key', { request: (request) => ({ ...request, signatureKey: random() }) }],
    ['the device id', { request: (request) => ({ ...request, deviceId: 'laptop' }) }],
    ['the account key', { answer: (answer) => ({ ...answer, accountKey: random() }) }],
    ["the approving device's nonce", { answer: (answer) => ({ ...answer, nonce: random() }) }],
    [
      "the new device's nonce and commitment",
      (() => {
        const nonce = random();
        const commitment = commitmentTo(nonce);
        return { request: (request) => ({ ...request, commitment }), reveal: () => nonce };
      })(),
    ],
  ];
  it.prop([fc.subarray([...swaps], { minLength: 1 })], { numRuns: 40 })(
    'shows different digits when the server swaps anything',
    async (chosen) => {
      const server: Server = {
        request: (request) => chosen.reduce((now, [, s]) => s.request?.(now) ?? now, request),
        answer: (answer) => chosen.reduce((now, [, s]) => s.answer?.(now) ?? now, answer),
        reveal: (nonce) => chosen.reduce((now, [, s]) => s.reveal?.(now) ?? now, nonce),
      };
      const { joiner, approver, reveal } = await exchange(await AccountKey.generate(), server);
      expect(reveal.ok).toBe(true);
      expect(approverDigits(approver)).not.toBe(joinerDigits(joiner));
    },
  );
  it.each(swaps)('shows different digits when the server swaps %s alone', async (_name, server) => {
    const { joiner, approver } = await exchange(await AccountKey.generate(), server);
    expect(must(approverDigits(approver))).not.toBe(must(joinerDigits(joiner)));
  });

  it('shows no digits for a nonce that does not open the commitment, and approves nothing', async () => {
    const account = await AccountKey.generate();
    const { approver, reveal } = await exchange(account, { reveal: random });
    expect(reveal).toEqual({ ok: false, code: 'commitment_does_not_open' });
    expect(takeReveal(approver, new Uint8Array(0)).ok).toBe(false);
    expect(approverDigits(approver)).toBeNull();
    expect(await approveLink(approver, give(account))).toEqual({ ok: false, code: 'not_revealed' });
  });

  it('keeps the nonce until it was answered, and takes one answer only', async () => {
    const joiner = await beginLink(newDevice);
    expect(revealOf(joiner)).toBeNull();
    expect(joinerDigits(joiner)).toBeNull();
    const answer = { accountKey: random(), nonce: random() };
    const answered = okOf(takeAnswer(joiner, answer)).link;
    expect(okOf(takeAnswer(answered, { ...answer })).link).toEqual(answered);
    for (const other of [
      { ...answer, nonce: random() },
      { ...answer, accountKey: random() },
    ]) {
      expect(takeAnswer(answered, other)).toEqual({ ok: false, code: 'already_answered' });
    }
  });

  it('refuses requests and answers of another form', async () => {
    const { request } = await beginLink(newDevice);
    const own = { accountId, accountKey: random() };
    const bad = [{ linkKey: new Uint8Array(31) }, { deviceId: '' }, { deviceId: '\ud800' }];
    for (const change of bad) {
      expect(answerLink(own, { ...request, ...change })).toEqual({ ok: false, code: 'malformed' });
    }
    const short = { accountKey: random(), nonce: new Uint8Array(1) };
    expect(takeAnswer(await beginLink(newDevice), short)).toEqual({ ok: false, code: 'malformed' });
  });
});

describe('the package of a linking', () => {
  it('is opened only after a person confirmed the digits', async () => {
    const account = await AccountKey.generate();
    const { joiner, approver } = await exchange(account);
    const { sealed } = okOf(await approveLink(approver, give(account)));
    expect(await openLink(joiner, sealed)).toEqual({ ok: false, code: 'not_confirmed' });
    expect(() => confirmDigits({ ...joiner, answer: null })).toThrow('nothing was shown');
  });

  it('does not open in another linking of the same device, nor when it was altered or cut', async () => {
    const account = await AccountKey.generate();
    const { joiner, approver } = await exchange(account);
    const { sealed } = okOf(await approveLink(approver, give(account)));
    const refused = { ok: false, code: 'does_not_open' };
    const confirmed = confirmDigits(joiner);
    const answer = { ...must(joiner.answer), nonce: random() };
    expect(await openLink({ ...confirmed, answer }, sealed)).toEqual(refused);
    const other = confirmDigits((await exchange(account)).joiner);
    expect(await openLink(other, sealed)).toEqual(refused);
    for (const at of [0, 1, 32, 33, sealed.length - 1]) {
      const altered = sealed.map((byte, i) => (i === at ? byte ^ 1 : byte));
      expect(await openLink(confirmed, altered)).toEqual(refused);
    }
    for (const length of [0, 1, 20, 33, 48, 49, sealed.length - 1]) {
      expect(await openLink(confirmed, sealed.slice(0, length))).toEqual(refused);
    }
  });

  it('is refused with another account key than the digits vouch for', async () => {
    const account = await AccountKey.generate();
    const { joiner, approver } = await exchange(account);
    const forged = await forgedPackage(approver, await AccountKey.generate());
    const result = await openLink(confirmDigits(joiner), forged);
    expect(result).toEqual({ ok: false, code: 'wrong_account_key' });
  });

  it('is refused with a certificate for something else', async () => {
    const account = await AccountKey.generate();
    const { joiner, approver } = await exchange(account);
    const forged = await forgedPackage(approver, account);
    const result = await openLink(confirmDigits(joiner), forged);
    expect(result).toEqual({ ok: false, code: 'bad_certificate' });
  });

  it('has at most 64 KiB, and one that would be larger is not made', async () => {
    const account = await AccountKey.generate();
    const { joiner, approver } = await exchange(account);
    const most = new Uint8Array(LINK_EXTRAS_LIMIT_BYTES).fill(7);
    const { sealed } = okOf(await approveLink(approver, give(account, most)));
    expect(sealed).toHaveLength(LINK_PACKAGE_LIMIT_BYTES);
    expect(okOf(await openLink(confirmDigits(joiner), sealed)).extras).toEqual(most);
    const more = new Uint8Array(LINK_EXTRAS_LIMIT_BYTES + 1);
    expect(await approveLink(approver, give(account, more))).toMatchObject({
      code: 'extras_too_large',
    });
  });

  it('is not made for a link key that would give the secret away', async () => {
    const account = await AccountKey.generate();
    const { approver } = await exchange(account, {
      request: (request) => ({ ...request, linkKey: new Uint8Array(32) }),
    });
    const approved = await approveLink(approver, give(account));
    expect(approved).toEqual({ ok: false, code: 'unusable_link_key' });
  });
});

/** What a server can make that knows the transcript and holds `account`: a package with a certificate of no use. */
async function forgedPackage(link: ApproverLink, account: AccountKey): Promise<Bytes> {
  const { request, answer } = link;
  const facts: LinkFacts = { accountId, request, answer, revealed: must(link.revealed) };
  const certificate = await account.sign(new Uint8Array([1]));
  const content = {
    accountSeed: account.seed(),
    certificate,
    createdAtMs: nowMs,
    extras: random(),
  };
  return must(await sealLinkPackage(request.linkKey, linkTranscript(facts), content));
}

describe('the digits of a linking', () => {
  it('are those of the documented hash', async () => {
    const fill = (byte: number) => new Uint8Array(32).fill(byte);
    const request = { deviceId: 'd', signatureKey: fill(1), linkKey: fill(2), commitment: fill(3) };
    const answer = { accountKey: fill(4), nonce: fill(5) };
    const facts = { accountId: 'a', request, answer, revealed: fill(6) };
    // Computed apart from this code, with Python's hashlib.
    expect(linkDigits(facts)).toBe('539259');
  });
});

describe('a link key', () => {
  it('is another one each time', async () => {
    const [one, other] = await Promise.all([generateLinkKey(), generateLinkKey()]);
    expect(one.publicKey).not.toEqual(other.publicKey);
    expect(one.privateKey).toHaveLength(32);
  });
});
