import { newMark } from '../harness/marks.ts';
import type { Player } from './cast.ts';
import type { ServerProcess } from '../harness/server-process.ts';

export interface Cast {
  readonly alice: Player;
  readonly alicesTablet: Player;
  readonly bob: Player;
  readonly carol: Player;
}

export interface Stage {
  readonly cast: Cast;
  readonly server: ServerProcess;
  readonly narrate: (line: string) => Promise<void>;
  /** Puts the first mark where the server keeps it in clear, as a device's name: the run must fail then. */
  readonly leak: boolean;
}

/** All messages of a run; the phases below add up to it. */
export const messages = 200;

const phrases = [
  'shall we meet at the harbour?',
  'bring the blue folder',
  'the train is late again',
  'I saved you a seat',
  'have you eaten?',
  'look at that sky',
  'call me when you are there',
  'all good here',
];

/** Writes what people say; every line carries a mark of its own. */
class Writer {
  #said = 0;
  #nextMark: string;

  constructor(firstMark: string) {
    this.#nextMark = firstMark;
  }

  lines(count: number): string[] {
    return Array.from({ length: count }, () => {
      const line = `${phrases[this.#said % phrases.length]} (${++this.#said}) #${this.#nextMark}`;
      this.#nextMark = newMark();
      return line;
    });
  }
}

async function link(fresh: Player, old: Player, narrate: Stage['narrate']): Promise<void> {
  await fresh.tell({ do: 'log_in', handle: 'alice', deviceName: 'tablet' });
  const approved = old.tell({ do: 'approve_waiting' });
  const linked = fresh.tell({ do: 'link' });
  const [here, there] = await Promise.all([fresh.digits(), old.digits()]);
  await narrate(
    `both of Alice's devices show ${here} and ${there}: ${here === there ? 'the same' : 'DIFFERENT'}`,
  );
  fresh.answer(here === there);
  old.answer(here === there);
  await Promise.all([approved, linked]);
}

/** Everybody who is here joins a conversation's keys; then `speakers` talk at the same time, `count` lines each. */
async function talk(
  writer: Writer,
  conversation: string,
  speakers: readonly Player[],
  count: number,
): Promise<void> {
  await Promise.all(speakers.map((speaker) => speaker.tell({ do: 'joined', conversation })));
  await Promise.all(
    speakers.map((speaker) =>
      speaker.tell({ do: 'say', conversation, texts: writer.lines(count) }),
    ),
  );
}

const settled = (conversation: string, players: readonly Player[]): Promise<unknown> =>
  Promise.all(players.map((player) => player.tell({ do: 'settled', conversation })));

/** The story of the demo: 200 messages, an absence, a crash and a removal. */
export async function perform({ cast, server, narrate, leak }: Stage): Promise<void> {
  const { alice, alicesTablet, bob, carol } = cast;
  const firstMark = newMark();
  const writer = new Writer(firstMark);
  await narrate('Alice, Bob and Carol register; each device makes its own keys');
  await alice.tell({ do: 'register', handle: 'alice', deviceName: leak ? firstMark : 'phone' });
  await bob.tell({ do: 'register', handle: 'bob', deviceName: 'laptop' });
  await carol.tell({ do: 'register', handle: 'carol', deviceName: 'phone' });
  await narrate(
    'Alice links a tablet: the two processes compare a short string, the server only passes sealed bytes',
  );
  await link(alicesTablet, alice, narrate);

  const direct = await alice.tell({ do: 'direct', handle: 'bob' });
  await narrate('Alice and Bob talk one-to-one, 25 messages each way');
  await talk(writer, direct, [alice, bob], 25);
  const group = await alice.tell({ do: 'group', title: 'Picnic', handles: ['bob', 'carol'] });
  await narrate(
    'Alice opens the group "Picnic" with Bob and Carol: 10 messages each, from both of Alice\'s devices',
  );
  await talk(writer, group, [alice, alicesTablet, bob, carol], 10);
  await Promise.all([
    settled(direct, [alice, bob]),
    settled(group, [alice, alicesTablet, bob, carol]),
  ]);

  await narrate("Bob's process is killed; the others go on without him");
  await bob.kill();
  await talk(writer, group, [alice, carol], 15);
  await narrate(
    'while messages are under way the server is killed with SIGKILL, and started again',
  );
  await alice.tell({ do: 'say', conversation: direct, texts: writer.lines(20) });
  await server.end('SIGKILL');
  await alice.tell({ do: 'say', conversation: direct, texts: writer.lines(10) });
  await server.start();
  await Promise.all([settled(direct, [alice]), settled(group, [alice, carol])]);

  await narrate('Bob comes back and reads what he missed; then everybody answers');
  await bob.enter();
  await bob.tell({ do: 'resume' });
  await talk(writer, direct, [bob, alicesTablet], 5);
  await settled(direct, [bob, alicesTablet]);
  await narrate('Alice removes Carol; what follows is not for her');
  await alice.tell({ do: 'remove', conversation: group, handle: 'carol' });
  await talk(writer, group, [alice, bob], 15);
  await settled(group, [alice, bob]);
  await talk(writer, group, [alicesTablet, bob], 5);
  await settled(group, [alicesTablet, bob]);
}
