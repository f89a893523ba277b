import type { Checker } from '../checker.ts';
import type { Scene } from '../scene.ts';
import { entriesGiven } from '../seen-entries.ts';

/** G6: nobody else. */
export function closed(): Checker {
  /** When the revocation of a device was acknowledged. */
  const revokedAt = new Map<string, number>();
  const graceMs = 5_000;
  const isOut = (device: string, scene: Scene): boolean =>
    (revokedAt.get(device) ?? Infinity) + graceMs < scene.timeline.now;
  return {
    promise: 'G6',
    see(testimony, scene, check) {
      if (testimony.kind === 'restored') revokedAt.clear();
      const given = entriesGiven(testimony);
      const log = given && scene.ledger.logs.get(given.conversation);
      if (given && log && given.incarnation === scene.incarnation)
        for (const { seq } of given.entries)
          check(log.wasMember(given.device.account, seq), () => `given ${seq}, and no member then`);
      if (testimony.kind === 'pushed')
        check(!isOut(testimony.device.device, scene), () => 'a push to a revoked device');
      if (testimony.kind === 'admitted')
        check(!isOut(testimony.device.device, scene), () => 'a revoked device is let in');
      if (testimony.kind !== 'answered' || !testimony.answer.ok) return;
      const { what, caller, asked } = testimony;
      if (caller) check(!isOut(caller.device, scene), () => `${what} for a revoked device`);
      if (what === 'revokeDevice') {
        const { params } = asked as { params: { device: string } };
        if (!revokedAt.has(params.device)) revokedAt.set(params.device, scene.timeline.now);
      }
      if (what !== 'joinInformation' || !caller) return;
      const { params } = asked as { params: { conversation: string } };
      const member = scene.ledger.logs.get(params.conversation)?.isMember(caller.account);
      check(member ?? false, () => 'what one joins by, for no member');
    },
  };
}
