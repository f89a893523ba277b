import { randomBytes } from 'node:crypto';

/** 16 random bytes, in hex: written into a body, and searched for wherever it must not be. */
export const newMark = (): string => randomBytes(16).toString('hex');

const markForm = /#([0-9a-f]{32})/;

/** The mark of a body; null: it has none. */
export const markOf = (text: string): string | null => markForm.exec(text)?.[1] ?? null;
