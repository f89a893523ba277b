import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../bytes.ts';
import { encodeCredential, readCredential } from './credential.ts';

const id = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .filter((text) => !text.includes('\0') && text.isWellFormed());

describe('a credential', () => {
  it('names exactly the device that it was made for', () => {
    fc.assert(
      fc.property(id, id, (account, device) => {
        expect(readCredential(encodeCredential({ account, device }))).toEqual({ account, device });
      }),
    );
  });

  it('is not read from an identity of another form', () => {
    for (const text of ['', 'alice', '\0phone', 'alice\0', 'alice\0phone\0', 'a\0b\0c']) {
      expect(readCredential(utf8(text))).toBeNull();
    }
    expect(readCredential(Uint8Array.of(0x61, 0, 0xff))).toBeNull();
  });

  it('is not made of ids that could be taken for others', () => {
    for (const account of ['', 'a\0b', '\ud800']) {
      expect(() => encodeCredential({ account, device: 'phone' })).toThrow('not well-formed');
    }
  });
});
