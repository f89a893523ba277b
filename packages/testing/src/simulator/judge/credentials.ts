import type { WireCredentials } from '@sealpost/protocol';
import type { Testimony } from '../testimony.ts';

const opens: ReadonlySet<string> = new Set(['register', 'logIn', 'refresh']);

/** What a device is about to be given to show from now on. */
export function credentialsIn(testimony: Testimony): WireCredentials | null {
  if (testimony.kind !== 'answered' || !testimony.answer.ok || !opens.has(testimony.what))
    return null;
  return testimony.answer.value as WireCredentials;
}
