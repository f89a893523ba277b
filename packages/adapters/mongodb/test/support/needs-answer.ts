import { mongodbPart, needs, type PartName } from '@sealpost/testing/parts';
import { MongoClient, MongoServerError, type Document } from 'mongodb';

/** The needs of tests of which an address does not tell enough: what it names is asked as well, by an administrator's command. */
export async function needsAnswer(
  part: PartName,
  command: Document,
  isRight: (answer: Document) => boolean,
): Promise<ReturnType<typeof needs>> {
  const { skip, meta } = needs(part);
  return { skip: skip || !(await answers(command, isRight)), meta };
}

async function answers(
  command: Document,
  isRight: (answer: Document) => boolean,
): Promise<boolean> {
  const client = new MongoClient((await mongodbPart()).url);
  try {
    return isRight(await client.db('admin').command(command));
  } catch (error) {
    if (error instanceof MongoServerError) return false;
    throw error;
  } finally {
    await client.close();
  }
}
