import type { Commands } from './command.ts';
import type { Talk } from './talk.ts';

const yes = async (talk: Talk, digits: string): Promise<boolean> =>
  (await talk.screen.ask(
    `Does the other device show ${digits.slice(0, 3)} ${digits.slice(3)}? (yes/no)`,
  )) === 'yes';

const lookMs = 500;
const looks = 40;

/** The device that waits to be linked; it may need a moment to say so. */
async function waitingDevice(talk: Talk): Promise<string> {
  for (let look = 0; look < looks; look++) {
    const devices = await talk.sealpost.devices();
    const waiting = devices.find(
      ({ status, signatureKey }) => status === 'pending' && signatureKey !== null,
    );
    if (waiting) return waiting.device;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  throw new Error('no device waits to be linked');
}

/** What can be typed after a slash. */
export const commands: Commands<Talk> = {
  help: {
    usage: '/help: this list',
    run: async (talk) => {
      for (const { usage } of Object.values(commands)) talk.screen.print(usage);
      talk.screen.print('/quit: leave; everything is kept');
    },
  },
  to: {
    usage: '/to NAME: talk to somebody',
    run: async (talk, [handle = '']) =>
      talk.open(await talk.sealpost.direct(await talk.accountOf(handle))),
  },
  group: {
    usage: '/group TITLE NAME…: open a group',
    run: async (talk, [title = 'group', ...handles]) => {
      const accounts = await Promise.all(handles.map((handle) => talk.accountOf(handle)));
      await talk.open(await talk.sealpost.createGroup(title, accounts));
    },
  },
  list: {
    usage: '/list: the conversations',
    run: async (talk) => {
      const conversations = await talk.sealpost.conversations();
      for (const [index, conversation] of conversations.entries()) {
        const info = await conversation.info();
        talk.screen.print(
          `${index + 1}. ${await talk.titleOf(conversation)} (${(info?.loud ?? 0) - (info?.readLoud ?? 0)} unread)`,
        );
      }
    },
  },
  open: {
    usage: '/open NUMBER: open one of the list',
    run: async (talk, [number = '']) => {
      const conversation = (await talk.sealpost.conversations())[Number(number) - 1];
      if (!conversation) throw new Error('there is no such number in /list');
      await talk.open(conversation);
    },
  },
  members: {
    usage: '/members: who is here',
    run: async (talk) => {
      const info = await talk.current().info();
      for (const { account, role } of info?.members ?? [])
        talk.screen.print(`${await talk.nameOf(account)} (${role})`);
    },
  },
  add: {
    usage: '/add NAME…: add people to the group',
    run: async (talk, handles) =>
      talk.current().add(await Promise.all(handles.map((handle) => talk.accountOf(handle)))),
  },
  remove: {
    usage: '/remove NAME: remove somebody from the group',
    run: async (talk, [handle = '']) => talk.current().remove(await talk.accountOf(handle)),
  },
  leave: {
    usage: '/leave [HEIR]: leave the group; the last owner names an heir',
    run: async (talk, [heir]) =>
      talk.current().leave(heir === undefined ? null : await talk.accountOf(heir)),
  },
  failed: {
    usage: '/failed: messages that were not taken',
    run: async (talk) => {
      for (const item of await talk.current().outgoing()) {
        if (item.state === 'failed')
          talk.screen.print(
            `${item.clientId} (${item.error}): ${item.content.kind === 'text' ? item.content.text : item.content.kind}`,
          );
      }
    },
  },
  safety: {
    usage: '/safety NAME: the number to compare with somebody',
    run: async (talk, [handle = '']) => {
      const number = await talk.sealpost.safetyNumber(await talk.accountOf(handle));
      talk.screen.print(number?.match(/.{5}/g)?.join(' ') ?? 'there is no number yet');
    },
  },
  accept: {
    usage: '/accept NAME: take the key that somebody shows now for theirs',
    run: async (talk, [handle = '']) =>
      talk.sealpost.acceptAccountKey(await talk.accountOf(handle)),
  },
  login: {
    usage: '/login: log back in, where this device was logged out',
    run: async (talk) =>
      talk.sealpost.logBackIn({ password: await talk.screen.askSecretly('Password:') }),
  },
  devices: {
    usage: '/devices: your devices',
    run: async (talk) => {
      for (const { device, name, status } of await talk.sealpost.devices())
        talk.screen.print(`${device} ${name} (${status})`);
    },
  },
  link: {
    usage: '/link: link a device that waits',
    run: async (talk) => {
      await talk.sealpost.approveDevice(await waitingDevice(talk), (digits) => yes(talk, digits));
      talk.screen.print('linked');
    },
  },
  revoke: {
    usage: '/revoke DEVICE: end a device of yours',
    run: async (talk, [device = '']) => talk.sealpost.revokeDevice(device),
  },
};
