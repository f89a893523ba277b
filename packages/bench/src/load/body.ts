import { randomBytes } from 'node:crypto';

const bodyBytes = 512;
/** Found in no frame by chance. */
const mark = Buffer.from('sealpost/bench/body/');

const template = Buffer.concat([mark, randomBytes(bodyBytes - mark.length)]);

/** What is sent instead of ciphertext: opaque to every server, and known again by its number in whatever frame it comes. */
export function bodyOf(message: number): Buffer {
  const body = Buffer.from(template);
  body.writeUInt32BE(message, mark.length);
  return body;
}

/** The numbers of all bodies in a frame, in their order; the frame is not decoded, so that every server's costs the same. */
export function messagesIn(frame: Buffer, found: (message: number) => void): void {
  for (let at = frame.indexOf(mark); at >= 0; at = frame.indexOf(mark, at + bodyBytes))
    found(frame.readUInt32BE(at + mark.length));
}
