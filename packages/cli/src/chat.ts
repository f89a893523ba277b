import { parseArgs } from 'node:util';
import { commands } from './chat/commands.ts';
import { openDevice } from './chat/device.ts';
import { Screen } from './chat/screen.ts';
import { Talk } from './chat/talk.ts';

const usage = 'sealpost chat --server URL --as NAME [--folder FOLDER]';

/**
 * A terminal client on the SDK: lines are messages, lines with a slash are commands. Answers the exit code: 0, or 2 for
 * wrong arguments.
 */
export async function chat(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { server: { type: 'string' }, as: { type: 'string' }, folder: { type: 'string' } },
  });
  const { server, as: handle } = values;
  if (!server || !handle || !URL.canParse(server)) {
    process.stderr.write(`usage: ${usage}\n`);
    return 2;
  }
  const screen = new Screen(handle);
  try {
    const sealpost = await openDevice({
      serverUrl: server,
      handle,
      folder: values.folder ?? `.sealpost/chat/${handle}`,
      screen,
    });
    const talk = new Talk(sealpost, screen, commands);
    await talk.begin();
    await talk.untilQuit();
    await sealpost.close();
    return 0;
  } finally {
    screen.close();
  }
}
