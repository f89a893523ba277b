import type { CursorMove } from '@sealpost/domain';
import { packInt8s, packTexts } from './packed-arrays.ts';
import type { Value } from './statement.ts';

interface Position {
  readonly incarnation: number;
  readonly delivered: number;
  readonly read: number;
  readonly shown: number;
}

/** The newest incarnation counts, and in it the highest of each. */
function together(a: Position, b: Position): Position {
  if (a.incarnation !== b.incarnation) return a.incarnation > b.incarnation ? a : b;
  return {
    incarnation: a.incarnation,
    delivered: Math.max(a.delivered, b.delivered),
    read: Math.max(a.read, b.read),
    shown: Math.max(a.shown, b.shown),
  };
}

/** The moves put together by key, in the order of their keys. */
function gathered<Key extends readonly string[]>(
  moves: readonly CursorMove[],
  keyOf: (move: CursorMove) => Key,
): [Key, Position][] {
  const found = new Map<string, Position>();
  for (const move of moves) {
    const key = JSON.stringify(keyOf(move));
    const { incarnation, delivered = 0, read = 0, shown = 0 } = move;
    const position = { incarnation, delivered, read, shown };
    const before = found.get(key);
    found.set(key, before ? together(before, position) : position);
  }
  const order = ([a]: [string, Position], [b]: [string, Position]): number => (a < b ? -1 : 1);
  return [...found].sort(order).map(([key, position]) => [JSON.parse(key) as Key, position]);
}

/** The arguments of `move_cursors`, in its order. */
export function moveCursorsArguments(moves: readonly CursorMove[]): Value[] {
  const devices = gathered(
    moves,
    (move) => [move.conversation, move.account, move.device] as const,
  );
  const accounts = gathered(moves, (move) => [move.conversation, move.account] as const);
  return [
    packTexts(devices.map(([[conversation]]) => conversation)),
    packTexts(devices.map(([[, account]]) => account)),
    packTexts(devices.map(([[, , device]]) => device)),
    packInt8s(devices.map(([, { incarnation }]) => incarnation)),
    packInt8s(devices.map(([, { delivered }]) => delivered)),
    packTexts(accounts.map(([[conversation]]) => conversation)),
    packTexts(accounts.map(([[, account]]) => account)),
    packInt8s(accounts.map(([, { incarnation }]) => incarnation)),
    packInt8s(accounts.map(([, { delivered }]) => delivered)),
    packInt8s(accounts.map(([, { read }]) => read)),
    packInt8s(accounts.map(([, { shown }]) => shown)),
  ];
}
