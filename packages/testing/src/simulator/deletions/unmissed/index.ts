import { accountUnmissed } from './account.ts';
import { conversationUnmissed } from './conversation.ts';
import { deliveryUnmissed } from './delivery.ts';
import { keysUnmissed } from './keys.ts';
import { logUnmissed } from './log.ts';
import { presenceUnmissed } from './presence.ts';
import { retentionUnmissed } from './retention.ts';
import { sharedUnmissed } from './shared.ts';
import { type Unmissed, whys } from './unmissed.ts';

/** By file, from the folder of the domain's source on. */
export const unmissed: Readonly<Record<string, Unmissed>> = {
  ...accountUnmissed,
  ...conversationUnmissed,
  ...deliveryUnmissed,
  ...keysUnmissed,
  ...logUnmissed,
  ...presenceUnmissed,
  ...retentionUnmissed,
  ...sharedUnmissed,
};

/** Why nobody has to miss some lines; null: somebody must. */
export function whyUnmissed(file: string, name: string): string | null {
  const known = unmissed[file] ?? {};
  const whyOf = (why: keyof Unmissed): boolean => known[why]?.includes(name) === true;
  const found = (Object.keys(whys) as (keyof typeof whys)[]).find(whyOf);
  return found ? whys[found] : null;
}
