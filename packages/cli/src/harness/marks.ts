import { randomBytes } from 'node:crypto';

/** 16 random bytes, in hex: written into a body, and searched for wherever it must not be. */
export const newMark = (): string => randomBytes(16).toString('hex');

const markForm = /#([0-9a-f]{32})/;

/** The mark of a body; null: it has none. */
export const markOf = (text: string): string | null => markForm.exec(text)?.[1] ?? null;

/** The forms in which a mark could stand somewhere in clear: raw, hex, and base64 at every alignment. */
export function formsOf(mark: string): readonly Buffer[] {
  const raw = Buffer.from(mark, 'hex');
  const texts = [raw, Buffer.from(mark)].flatMap((bytes) =>
    [0, 1, 2].map((shift) => {
      const base64 = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
      // Characters that also depend on neighbouring bytes are left out.
      return base64.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
    }),
  );
  return [
    raw,
    Buffer.from(mark),
    ...texts.map((text) => Buffer.from(text)),
    ...texts.map((text) => Buffer.from(text.replaceAll('+', '-').replaceAll('/', '_'))),
  ];
}
