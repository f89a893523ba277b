import { utf8 } from '../bytes.ts';
import { EngineMisuse, type Bytes, type DeviceRef } from '../engine.port.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The identity of an MLS basic credential: account, a zero byte, device, in UTF-8. */
export function encodeCredential({ account, device }: DeviceRef): Bytes {
  const identity = `${account}\0${device}`;
  if (!identity.isWellFormed() || readCredential(utf8(identity)) === null) {
    throw new EngineMisuse('unsupported', 'an id is empty or not well-formed');
  }
  return utf8(identity);
}

/** Whom an identity names, or null if it is not well-formed. */
export function readCredential(identity: Bytes): DeviceRef | null {
  const [account, device, ...rest] = textOf(identity)?.split('\0') ?? [];
  if (!account || !device || rest.length > 0) return null;
  return { account, device };
}

function textOf(bytes: Bytes): string | null {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) return null;
    throw cause;
  }
}
