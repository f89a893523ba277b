import type { Backends } from '@sealpost/app';
import { endFor, fold, roleOf } from '@sealpost/domain';
import { type Crew, type CrewDevice, pause } from './crew.ts';
import type { DeviceState } from './orders.ts';

const pollMs = 1_000;
const stateLimitMs = 15_000;
const stillPolls = 10;

/** What keeps the devices from being at rest, for people; empty: nothing. */
export async function unrest(
  { stores }: Backends,
  live: readonly CrewDevice[],
  states: readonly DeviceState[],
): Promise<string[]> {
  const reasons: string[] = [];
  const conversations = new Set(states.flatMap((state) => state.conversations.map(({ id }) => id)));
  const ofDevice = new Map(states.map((state) => [state.name, state]));
  for (const { plan } of live) {
    const state = ofDevice.get(plan.name);
    if (!state) reasons.push(`${plan.name} says nothing`);
    else if (state.waiting > 0) reasons.push(`${plan.name} has ${state.waiting} messages waiting`);
  }
  for (const conversation of conversations) {
    const loaded = await stores.log.load(conversation);
    const state = loaded && fold(null, loaded.changes);
    if (!loaded || !state) continue;
    for (const { plan, account } of live) {
      const end = account === null ? null : endFor(state, account, loaded.head.seq);
      if (end === null) continue;
      const known = ofDevice.get(plan.name)?.conversations.find(({ id }) => id === conversation);
      if ((known?.cursor ?? 0) < end)
        reasons.push(`${plan.name} is at ${known?.cursor ?? 0} of ${end} in ${conversation}`);
      else if (!known?.settled && account !== null && roleOf(state, account) !== null)
        reasons.push(`${plan.name} is not in the keys of ${conversation}`);
    }
  }
  return reasons;
}

/**
 * Waits until every device that works has all that it may have, is in its keys, and has nothing left to send. Answers
 * what is still missing when the limit is reached; empty: nothing.
 */
export async function converge(
  backends: Backends,
  crew: Crew,
  limitMs: number,
): Promise<readonly string[]> {
  for (const end = performance.now() + limitMs; ; await pause(pollMs)) {
    const reasons = await unrest(backends, crew.live, await crew.state(stateLimitMs));
    if (reasons.length === 0 || performance.now() > end) return reasons;
  }
}

/** Waits until the devices say the same for a while, or the limit is reached; answers what they said last. */
export async function untilStill(crew: Crew, limitMs: number): Promise<readonly DeviceState[]> {
  let before = '';
  let still = 0;
  for (const end = performance.now() + limitMs; ; await pause(pollMs)) {
    const states = await crew.state(stateLimitMs);
    const said = JSON.stringify(states);
    still = said === before ? still + 1 : 0;
    before = said;
    if (still >= stillPolls || performance.now() > end) return states;
  }
}
