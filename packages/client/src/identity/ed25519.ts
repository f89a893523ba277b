import type { Bytes } from '../engine/engine.port.ts';

/** Whether `signature` is an Ed25519 signature (RFC 8032) of `message`; false for keys and signatures of any other form. */
export async function verifyEd25519(
  publicKey: Bytes,
  message: Bytes,
  signature: Bytes,
): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const imported = await crypto.subtle
    .importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, ['verify'])
    .catch(nullIfDataError);
  if (imported === null) return false;
  const [sealed, signed] = [new Uint8Array(signature), new Uint8Array(message)];
  return crypto.subtle.verify('Ed25519', imported, sealed, signed);
}

/** Some platforms refuse at import what is no point of the curve; others let no signature pass under it. */
function nullIfDataError(error: unknown): null {
  if (error instanceof DOMException && error.name === 'DataError') return null;
  throw error;
}
