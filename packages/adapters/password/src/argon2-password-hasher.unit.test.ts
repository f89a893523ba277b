import { hash as argon2Hash } from '@node-rs/argon2';
import { fc, it } from '@fast-check/vitest';
import { AdapterFailure, InvariantBroken } from '@sealpost/domain';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { Argon2PasswordHasher } from './argon2-password-hasher.ts';

let hasher: Argon2PasswordHasher;
beforeEach(() => {
  hasher = new Argon2PasswordHasher();
});
afterEach(() => hasher.stop());

/** Published with crypt_blowfish (Openwall) and jBCrypt. */
const bcryptVectors: [password: string, hash: string][] = [
  ['a', '$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe'],
  ['abc', '$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i'],
  ['abcdefghijklmnopqrstuvwxyz', '$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC'],
  ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['U*U', '$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['U*U*', '$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK'],
  ['U*U*U', '$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a'],
];
const [, bcryptHash] = bcryptVectors[1] ?? expect.unreachable();

const seventyTwo = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const cutAt72 = '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui';

describe('Argon2PasswordHasher', () => {
  it('hashes to a PHC string of argon2id with OWASP parameters, another one each time', async () => {
    const hash = await hasher.hash('correct horse');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await hasher.hash('correct horse')).not.toBe(hash);
    expect(await hasher.verify('correct horse', hash)).toBe('match');
    expect(await hasher.verify('correct horsf', hash)).toBe('mismatch');
  });

  it.prop([fc.string({ unit: 'binary', maxLength: 300 })], { numRuns: 10 })(
    'verifies what it hashed, and no password that is longer by a character',
    async (password) => {
      fc.pre(password.isWellFormed());
      const hash = await hasher.hash(password);
      expect(await hasher.verify(password, hash)).toBe('match');
      expect(await hasher.verify(`${password}\0`, hash)).toBe('mismatch');
    },
  );

  it.each([
    ['less memory', { memoryCost: 19_455, timeCost: 2, parallelism: 1 }, 'outdated'],
    ['fewer passes', { memoryCost: 19_456, timeCost: 1, parallelism: 1 }, 'outdated'],
    ['a short salt', { memoryCost: 19_456, timeCost: 2, salt: new Uint8Array(8) }, 'outdated'],
    ['a short output', { memoryCost: 19_456, timeCost: 2, outputLen: 16 }, 'outdated'],
    ['more of everything', { memoryCost: 20_000, timeCost: 3, parallelism: 2 }, 'match'],
    ['more memory and fewer passes', { memoryCost: 47_104, timeCost: 1 }, 'match'],
  ])('judges a hash with %s', async (_name, options, verdict) => {
    const hash = await argon2Hash('secret', options);
    expect(hasher.accepts(hash)).toBe(true);
    expect(await hasher.verify('secret', hash)).toBe(verdict);
    expect(await hasher.verify('Secret', hash)).toBe('mismatch');
  });

  it('calls a hash of argon2 1.0 outdated', async () => {
    // From the tests of the reference implementation (P-H-C/phc-winner-argon2, test.c).
    const hash =
      '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    expect(await hasher.verify('password', hash)).toBe('outdated');
  });

  it.each(bcryptVectors)(
    'answers outdated for %s and its bcrypt hash %s',
    async (password, hash) => {
      expect(hasher.accepts(hash)).toBe(true);
      expect(await hasher.verify(password, hash)).toBe('outdated');
      expect(await hasher.verify(`${password}x`, hash)).toBe('mismatch');
    },
  );

  it('compares the first 72 bytes only as long as the hash is one of bcrypt', async () => {
    expect(await hasher.verify(`${seventyTwo}chars after 72 are ignored`, cutAt72)).toBe(
      'outdated',
    );
    expect(await hasher.verify(`${seventyTwo}other`, cutAt72)).toBe('outdated');
    expect(await hasher.verify(seventyTwo.slice(1), cutAt72)).toBe('mismatch');
    const replaced = await hasher.hash(`${seventyTwo}chars`);
    expect(await hasher.verify(`${seventyTwo}other`, replaced)).toBe('mismatch');
  });

  it.each([
    ['nothing', ''],
    ['plain text', 'secret'],
    ['a locked account', '!'],
    [
      'argon2i',
      '$argon2i$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    ],
    [
      'scrypt',
      '$scrypt$ln=17,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
    ],
    [
      'SHA-512 crypt',
      '$6$salt$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/O817G3uBnIFNjnQJuesI68OTLiBFdcbYEdFCoEOfaS35inz1',
    ],
    ['malformed argon2id', '$argon2id$garbage'],
    ['argon2id without output', '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$'],
    [
      'argon2id with an output that can be guessed',
      '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAA',
    ],
    [
      'argon2id with 4 TiB',
      '$argon2id$v=19$m=4294967295,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    ],
    [
      'argon2id with a million passes',
      '$argon2id$v=19$m=19456,t=1000000,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    ],
    ['bcrypt at cost 31', bcryptHash.replace('$06$', '$31$')],
    ['bcrypt at cost 15', bcryptHash.replace('$06$', '$15$')],
    ['bcrypt at cost 3', bcryptHash.replace('$06$', '$03$')],
    ['bcrypt of another letter', bcryptHash.replace('$2a$', '$2x$')],
    ['cut bcrypt', bcryptHash.slice(0, -1)],
    ['bcrypt and a line break', `${bcryptHash}\n`],
  ])('does not accept %s, and nothing matches it', async (_name, hash) => {
    expect(hasher.accepts(hash)).toBe(false);
    for (const password of ['', 'secret', 'abc', hash])
      expect(await hasher.verify(password, hash)).toBe('mismatch');
  });

  it('takes passwords up to 1,024 bytes', async () => {
    const longest = 'é'.repeat(512);
    expect(await hasher.verify(longest, await hasher.hash(longest))).toBe('match');
    await expect(hasher.hash(`${longest}a`)).rejects.toThrow(InvariantBroken);
    expect(await hasher.verify(`${longest}a`, await hasher.hash(longest))).toBe('mismatch');
    expect(await hasher.verify(seventyTwo.padEnd(1_025), cutAt72)).toBe('mismatch');
    expect(await hasher.verifyNothing(`${longest}a`)).toBe('mismatch');
  });

  it('takes as long for nobody, and for an unknown scheme, as for a hash', async () => {
    const hash = await hasher.hash('secret');
    const took = async (calculation: () => Promise<unknown>): Promise<number> => {
      const times: number[] = [];
      for (let run = 0; run < 9; run += 1) {
        const start = performance.now();
        await calculation();
        times.push(performance.now() - start);
      }
      return times.toSorted((a, b) => a - b)[0] ?? Infinity;
    };
    const real = await took(() => hasher.verify('other', hash));
    for (const calculation of [
      () => hasher.verifyNothing('other'),
      () => hasher.verify('other', 'unknown'),
    ]) {
      const ratio = (await took(calculation)) / real;
      expect(ratio).toBeGreaterThan(0.5);
      expect(ratio).toBeLessThan(2);
    }
  });

  it('never lets anybody in as nobody', async () => {
    for (const password of ['', 'secret', '\0'])
      expect(await hasher.verifyNothing(password)).toBe('mismatch');
  });

  it('turns verifications away when too many wait', async () => {
    const narrow = new Argon2PasswordHasher({ atOnce: 1, waiting: 2 });
    for (const calculation of [
      () => narrow.verifyNothing('secret'),
      () => narrow.verify('abc', bcryptHash),
    ]) {
      const results = await Promise.allSettled(Array.from({ length: 6 }, calculation));
      const refused = results.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      );
      expect(refused).toHaveLength(3);
      for (const error of refused)
        expect(error).toMatchObject({
          name: 'AdapterFailure',
          retryable: true,
          detail: 'queue_full',
        });
    }
    await narrow.stop();
  });
});

describe('Argon2PasswordHasher with bcrypt', () => {
  const slow = '$2b$11$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK';

  it('leaves the main thread free', async () => {
    await hasher.verify('abc', bcryptHash);
    let ticks = 0;
    const ticking = setInterval(() => {
      ticks += 1;
    }, 5);
    await hasher.verify('anything', slow);
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(3);
  });

  it('fails those who wait when it stops, starts no thread afterwards, and ends', async () => {
    const waiting = Array.from({ length: 3 }, () => hasher.verify('anything', slow));
    const settled = Promise.allSettled(waiting);
    await hasher.stop();
    for (const result of await settled) {
      expect(result).toMatchObject({ status: 'rejected', reason: { detail: 'stopped' } });
    }
    await expect(hasher.verify('abc', bcryptHash)).rejects.toThrow(AdapterFailure);
  });
});
