import type { DeviceRef } from '@sealpost/domain';
import type { Testimony } from '../../testimony.ts';
import { credentialsIn } from '../credentials.ts';
import type { Checker } from '../checker.ts';
import type { Scene } from '../scene.ts';

/** Who deals with a process by what it did, and by which session. */
interface Dealing extends DeviceRef {
  readonly session: string;
}

const graceMs = 5_000;

/** G6: who was revoked or logged out is refused, at the latest so long after that was acknowledged; who is not linked is never let in. */
export function shutOut(): Checker {
  /** When the end of a device, a session or an account was acknowledged. */
  const endedAt = new Map<string, number>();
  /** Devices whose token says that they are linked. */
  const linked = new Set<string>();
  const isOut = ({ account, device, session }: Dealing, now: number): boolean =>
    [account, device, session].some((id) => (endedAt.get(id) ?? Infinity) + graceMs < now);
  return {
    promise: 'G6',
    see(testimony, scene, check) {
      const { now } = scene.timeline;
      if (testimony.kind === 'restored') endedAt.clear();
      const dealing = dealingOf(testimony);
      if (dealing) {
        const what = 'what' in testimony ? testimony.what : testimony.kind;
        check(!isOut(dealing, now), () => `${what} for one that was shut out`);
      }
      if (testimony.kind === 'admitted')
        check(linked.has(testimony.device.device), () => 'a device that is not linked is let in');
      const credentials = credentialsIn(testimony);
      if (credentials?.certified) {
        linked.add(credentials.device);
        void isPending(scene, credentials.device).then((pending) =>
          check(!pending, () => 'a device that is not linked is told that it is'),
        );
      }
      const ended = endOf(testimony, scene);
      if (ended !== null && !endedAt.has(ended)) endedAt.set(ended, now);
    },
  };
}

/** Whom a process does something for. */
function dealingOf(testimony: Testimony): Dealing | null {
  if (testimony.kind === 'pushed' || testimony.kind === 'admitted')
    return { ...testimony.device, session: testimony.session };
  return testimony.kind === 'answered' && testimony.answer.ok ? testimony.caller : null;
}

/** What is acknowledged to be over. */
function endOf(testimony: Testimony, { devices }: Scene): string | null {
  if (testimony.kind !== 'answered' || !testimony.answer.ok) return null;
  const { what, asked, caller } = testimony;
  const { params } = asked as { params?: { device?: string; session?: string } };
  if (what === 'revokeDevice') return params?.device ?? null;
  if (what === 'logOut') {
    const of = devices.find(({ session }) => session === params?.session);
    return of?.ref?.account === caller?.account ? (params?.session ?? null) : null;
  }
  return what === 'deleteAccount' ? (caller?.account ?? null) : null;
}

async function isPending({ database }: Scene, device: string): Promise<boolean> {
  return (await database.stores.devices.find(device))?.status === 'pending';
}
