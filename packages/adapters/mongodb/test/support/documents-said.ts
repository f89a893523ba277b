import { BSON, type Document } from 'mongodb';

const REPLY = 1;
/** Bytes before the document: of a reply to the first greeting, and of every other message. */
const START = { reply: 36, message: 21 } as const;

/** Has a server say something else: each document of its answers, all of which come whole, as `change` leaves it. */
export const documentsSaid =
  (change: (document: Document) => Document) =>
  (answer: Buffer): Buffer => {
    const start = answer.readInt32LE(12) === REPLY ? START.reply : START.message;
    const document = BSON.deserialize(answer.subarray(start), { promoteValues: false });
    const other = BSON.serialize(change(document));
    const changed = Buffer.concat([answer.subarray(0, start), other]);
    changed.writeInt32LE(changed.length);
    return changed;
  };
