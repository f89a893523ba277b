/** Bytes in which a canary can stand as it is, and what that writing is called. */
export interface Form {
  readonly encoding: string;
  readonly bytes: Uint8Array;
}

/** The forms that need no reading: raw and UTF-16, each also as hex and as base64 at any alignment. */
export function formsOf(canary: Uint8Array): readonly Form[] {
  return [{ encoding: 'raw', bytes: canary }, ...wideForms(canary)].flatMap((written) => [
    written,
    ...textForms(written),
  ]);
}

/** As UTF-16; none of bytes that are no text. */
function wideForms(canary: Uint8Array): readonly Form[] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(canary);
    const little = Buffer.from(text, 'utf16le');
    const big = Buffer.from(little).swap16();
    return [
      { encoding: 'UTF-16LE', bytes: little },
      { encoding: 'UTF-16BE', bytes: big },
    ];
  } catch {
    return [];
  }
}

function textForms({ encoding, bytes }: Form): readonly Form[] {
  const hex = Buffer.from(bytes).toString('hex');
  const texts = new Map([
    [hex, 'hex'],
    [hex.toUpperCase(), 'HEX'],
  ]);
  for (const shift of [0, 1, 2]) {
    const text = base64At(bytes, shift);
    texts.set(text, `base64+${shift}`);
    const url = text.replaceAll('+', '-').replaceAll('/', '_');
    if (url !== text) texts.set(url, `base64url+${shift}`);
  }
  const prefix = encoding === 'raw' ? '' : `${encoding} > `;
  return [...texts].map(([text, name]) => ({
    encoding: `${prefix}${name}`,
    bytes: Buffer.from(text),
  }));
}

/** What base64 shows of bytes that begin `shift` bytes after a group of three; no character that neighbours change. */
function base64At(bytes: Uint8Array, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  return text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
}
