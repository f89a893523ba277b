import type { DeviceRef } from '@sealpost/domain';
import type { Checker } from '../checker.ts';
import { credentialsIn } from '../credentials.ts';
import type { Scene } from '../scene.ts';

/** G9: who is in stays in, unless somebody ended that or a restore took it back; and whoever comes gets in. */
export function staysIn(): Checker {
  const wanted = new Set<string>();
  /** When a session's token was made or renewed last, as its device was told. */
  const renewedAt = new Map<string, number>();
  const takenBack = new Set<string>();
  return {
    promise: 'G9',
    see(testimony, scene, check) {
      if (testimony.kind === 'wanted') wanted.add(`${testimony.ends} ${testimony.id}`);
      if (testimony.kind === 'restored')
        for (const [session, at] of renewedAt) if (at >= testimony.asOf) takenBack.add(session);
      const credentials = credentialsIn(testimony);
      if (credentials) renewedAt.set(credentials.session, scene.timeline.now);
      if (testimony.kind !== 'logged_out') return;
      const { device, session, reason } = testimony;
      const number = scene.deviceOf(device)?.number;
      void hasEnded(scene, device, wanted).then((ended) =>
        check(
          ended || takenBack.has(session ?? '') || wanted.has(`session ${session}`),
          () => `device ${number} is logged out (${reason}), and nobody wanted that`,
        ),
      );
    },
    async conclude(scene, check) {
      for (const device of scene.devices) {
        if (device.gone || device.linked) continue;
        const helpers = scene.devices.filter(
          ({ person, gone, linked }) => person === device.person && linked && !gone,
        );
        check(helpers.length === 0, () => `device ${device.number} was never linked`);
      }
    },
  };
}

/** Whether the server has ended the device or its account, as somebody wanted. */
async function hasEnded(
  { database }: Scene,
  { account, device }: DeviceRef,
  wanted: ReadonlySet<string>,
): Promise<boolean> {
  const stored = await database.stores.devices.find(device);
  const isWanted = wanted.has(`device ${device}`) || wanted.has(`account ${account}`);
  return stored?.status === 'revoked' && isWanted;
}
