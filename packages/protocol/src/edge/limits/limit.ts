import { type LimiterName, ok, type Result, type Throttle } from '@sealpost/domain';
import type { Refused } from '../calls/handler.ts';

/** What is taken of a limiter before something is done. */
export interface Take {
  readonly limiter: LimiterName;
  /** What the limiter counts for each of. */
  readonly whose: string;
  readonly points?: number;
}

/** What is taken before something is done, in this order; or why nothing is. */
export type Limit<Asked> = ((asked: Asked) => readonly Take[]) | { readonly unlimited: string };

/** Takes it all, or up to the first limiter that refuses. */
export async function taken<Asked>(
  limit: Limit<Asked>,
  asked: Asked,
  throttle: Throttle,
): Promise<Result<null, Refused>> {
  if ('unlimited' in limit) return ok(null);
  for (const { limiter, whose, points } of limit(asked)) {
    const free = await throttle.take(limiter, whose, points);
    if (!free.ok) return free;
  }
  return ok(null);
}

const KiB = 1024;

/** What an account sends in, by its size. */
export const inbound = (
  account: string,
  parts: readonly { readonly bytes: Uint8Array }[],
): Take => ({
  limiter: 'inboundBytes',
  whose: account,
  points: Math.max(1, Math.ceil(parts.reduce((sum, { bytes }) => sum + bytes.length, 0) / KiB)),
});

/** A message of an account in a conversation. */
export const message = (account: string, conversation: string): Take => ({
  limiter: 'messages',
  whose: `${account} ${conversation}`,
});
