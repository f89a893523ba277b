import type { Cast } from '../contenders/contender.ts';

interface GroupsOf {
  readonly rooms: number;
  readonly size: number;
  /** In each room. */
  readonly senders: number;
}

/** Rooms of one size that share no member. */
export const groupsOf = ({ rooms, size, senders }: GroupsOf): Cast => ({
  seats: rooms * size,
  rooms: Array.from({ length: rooms }, (_, room) => {
    const members = Array.from({ length: size }, (__, place) => room * size + place);
    return { members, senders: members.slice(0, senders) };
  }),
});
