import type { Call } from '../http/call.ts';
import type { RefusalCode } from '../schema/refusal.ts';

/** Whether the call takes a body. */
export const takesBody = (call: Call): boolean => call.body.def.type !== 'undefined';

function edgeRefusals(call: Call): RefusalCode[] {
  const codes: RefusalCode[] = [
    'invalid_request',
    'upgrade_required',
    'rate_limited',
    'unavailable',
    'internal',
  ];
  if (takesBody(call)) codes.push('too_large', 'unsupported_media_type');
  // Those that are open to anybody can set cookies.
  if (call.method !== 'GET') codes.push('csrf');
  if (call.access !== 'anybody') codes.push('unauthenticated');
  if (call.access === 'certified') codes.push('device_pending');
  return codes;
}

/** Every refusal that a call can meet: its own, and those of the edge. */
export const refusalsOf = (call: Call): readonly RefusalCode[] => [
  ...new Set([...call.refusals, ...edgeRefusals(call)]),
];
