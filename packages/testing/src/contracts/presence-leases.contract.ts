import { describe, expect } from 'vitest';
import type { ConnectionName, LeaseTurn, PresenceLeases } from '@sealpost/domain';
import { aDeviceId, anAccountId, many } from '../builders/ids.ts';
import { expectSilentFailure, marker } from './silence.ts';
import { testsOf, type PresenceLeasesSubject } from './subject.ts';

const leaseMs = 30_000;
const minute = 60_000;
const day = 24 * 60 * minute;
const nothing: LeaseTurn = { leaseMs, opened: [], ended: [] };

/** A connection that was opened just now, or so long ago. */
const aConnection = (given: Partial<LeaseTurn['opened'][number]> = {}) => ({
  account: anAccountId(),
  device: aDeviceId(),
  serial: 1,
  agoMs: 0,
  ...given,
});
type Opened = ReturnType<typeof aConnection>;

const opening = (...opened: Opened[]): LeaseTurn => ({ ...nothing, opened });
const ending = (...ended: ConnectionName[]): LeaseTurn => ({ ...nothing, ended });
const nameOf = ({ device, serial }: ConnectionName): ConnectionName => ({ device, serial });

/** A process that lost what it held is told so, and says it again. */
async function holdAgain(presence: PresenceLeases, process: string, held: Opened): Promise<void> {
  const { fresh } = await presence.hold(process, nothing);
  if (fresh) await presence.hold(process, opening(held));
}

/** The specification of `PresenceLeases` (G10). */
export function presenceLeasesContract(subject: PresenceLeasesSubject): void {
  const it = testsOf(subject);

  describe(`PresenceLeases: ${subject.name}`, () => {
    it('shows the accounts asked about that have a connected device', async ({ presence }) => {
      const [one, two] = [aConnection(), aConnection()];
      await presence.hold('here', opening(one, aConnection()));
      await presence.hold('there', opening(two, aConnection({ account: two.account })));
      const asked = [one.account, two.account, anAccountId()];
      expect([...(await presence.online(asked))].toSorted()).toEqual(
        [one.account, two.account].toSorted(),
      );
      expect(await presence.online([anAccountId()])).toEqual([]);
      expect(await presence.online([])).toEqual([]);
    });

    it('ends all that a process holds when it falls silent (G10)', async ({ presence, elapse }) => {
      const [silent, living] = [aConnection(), aConnection()];
      await presence.hold('silent', opening(silent));
      await presence.hold('living', opening(living));
      await elapse(leaseMs - 5_000);
      expect(await presence.online([silent.account])).toEqual([silent.account]);
      await presence.hold('living', nothing);
      await elapse(5_000);
      expect(await presence.online([silent.account, living.account])).toEqual([living.account]);
    });

    it('takes a process in again that was silent', async ({ presence, elapse }) => {
      for (const silence of [leaseMs, day]) {
        const [process, held] = [anAccountId(), aConnection()];
        await presence.hold(process, opening(held));
        await elapse(silence);
        expect(await presence.online([held.account])).toEqual([]);
        await presence.hold('another', nothing);
        await holdAgain(presence, process, held);
        expect(await presence.online([held.account])).toEqual([held.account]);
      }
    });

    it('tells a process that it is not known, and only then', async ({ presence }) => {
      expect((await presence.hold('here', nothing)).fresh).toBe(true);
      expect((await presence.hold('here', opening(aConnection()))).fresh).toBe(false);
      expect((await presence.hold('there', nothing)).fresh).toBe(true);
    });

    it('ends a connection, and no later one of its device', async ({ presence }) => {
      const [older, other] = [aConnection(), aConnection()];
      const newer = { ...older, serial: 2 };
      await presence.hold('here', opening(older));
      await presence.hold('here', { ...opening(newer, other), ended: [older] });
      await presence.hold('here', ending(older));
      expect(await presence.online([older.account])).toEqual([older.account]);
      await presence.hold('here', ending({ ...other, serial: 2 }, newer));
      expect(await presence.online([older.account, other.account])).toEqual([]);
      await presence.hold('here', ending(newer));
    });

    it('lets no process end what another one holds', async ({ presence }) => {
      const held = aConnection();
      await presence.hold('here', opening(held));
      await presence.hold('there', ending({ ...held, serial: 9 }));
      expect(await presence.online([held.account])).toEqual([held.account]);
    });

    it('has the connection that was opened last stand, and tells both processes', async ({
      presence,
    }) => {
      const older = aConnection({ agoMs: minute, serial: 7 });
      await presence.hold('here', opening(older, aConnection()));
      const answer = await presence.hold('there', opening({ ...older, agoMs: 0, serial: 3 }));
      expect(answer).toEqual({ fresh: true, superseded: [], replacedIn: ['here'] });
      // Told until it is ended: the answer may be lost.
      for (const turn of [nothing, nothing])
        expect(await presence.hold('here', turn)).toEqual({
          fresh: false,
          superseded: [nameOf(older)],
          replacedIn: [],
        });
      expect((await presence.hold('here', ending(older))).superseded).toEqual([]);
      expect(await presence.online([older.account])).toEqual([older.account]);
      await presence.hold('there', ending({ ...older, serial: 3 }));
      expect(await presence.online([older.account])).toEqual([]);
    });

    it('has it stand also when the older one is told later', async ({ presence, elapse }) => {
      const newer = aConnection();
      await presence.hold('there', opening(newer));
      await elapse(5_000);
      const late = { ...newer, agoMs: minute, serial: 4 };
      expect(await presence.hold('here', opening(late))).toMatchObject({
        superseded: [nameOf(late)],
        replacedIn: [],
      });
      expect((await presence.hold('there', nothing)).superseded).toEqual([]);
      await presence.hold('here', ending(late));
      expect(await presence.online([newer.account])).toEqual([newer.account]);
    });

    it('has a later connection of the same process replace the earlier without a word', async ({
      presence,
    }) => {
      const older = aConnection();
      await presence.hold('here', opening(older));
      const answer = await presence.hold('here', opening({ ...older, serial: 2 }));
      expect(answer).toEqual({ fresh: false, superseded: [], replacedIn: [] });
      await presence.hold('here', ending(older));
      expect(await presence.online([older.account])).toEqual([older.account]);
    });

    it('changes nothing when a turn is repeated', async ({ presence }) => {
      const connection = aConnection();
      await presence.hold('here', opening({ ...connection, agoMs: minute }));
      for (let times = 0; times < 2; times++) await presence.hold('there', opening(connection));
      expect((await presence.hold('there', nothing)).superseded).toEqual([]);
      expect((await presence.hold('here', nothing)).superseded).toEqual([nameOf(connection)]);
    });

    it('lets exactly one of 8 processes keep a device that connects to all of them at once', async ({
      presence,
    }) => {
      const connections = many(20, () => aConnection());
      const processes = many(8, () => anAccountId());
      await Promise.all(
        processes.map((process, index) =>
          presence.hold(process, opening(...connections.map((c) => ({ ...c, agoMs: 1 + index })))),
        ),
      );
      const lost = await Promise.all(processes.map((process) => presence.hold(process, nothing)));
      for (const { device } of connections) {
        const losers = lost.filter(({ superseded }) =>
          superseded.some((name) => name.device === device),
        );
        expect(losers).toHaveLength(7);
      }
    });

    it('tells nothing of a value when it fails', async ({ presence, dispose }) => {
      await dispose();
      const held = aConnection({ account: marker, device: marker });
      await expectSilentFailure(() => presence.hold(marker, opening(held)));
      await expectSilentFailure(() => presence.online([marker]));
    });
  });
}
