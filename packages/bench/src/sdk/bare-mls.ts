import * as mls from 'ts-mls';
import { assertSame, type Talk } from './talk.ts';

const suiteName = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519';

interface Member {
  readonly publicPackage: mls.KeyPackage;
  readonly privatePackage: mls.PrivateKeyPackage;
}

function member(name: string, suite: mls.CiphersuiteImpl): Promise<Member> {
  const credential = { credentialType: 'basic', identity: Buffer.from(name) } as const;
  return mls.generateKeyPackage(
    credential,
    mls.defaultCapabilities(),
    mls.defaultLifetime,
    [],
    suite,
  );
}

/** The MLS library alone, with its states in memory: what encrypting and decrypting costs at least. */
export async function bareTalk(size: number): Promise<Talk> {
  const suite = await mls.getCiphersuiteImpl(mls.getCiphersuiteFromName(suiteName));
  const founder = await member('device-0', suite);
  const peers = await Promise.all(
    Array.from({ length: size - 1 }, (_, at) => member(`device-${at + 1}`, suite)),
  );
  const [peer] = peers;
  const founded = await mls.createGroup(
    Buffer.from('group'),
    founder.publicPackage,
    founder.privatePackage,
    [],
    suite,
  );
  const { newState, welcome } = await mls.createCommit(
    { state: founded, cipherSuite: suite },
    {
      ratchetTreeExtension: true,
      extraProposals: peers.map(({ publicPackage: keyPackage }) => ({
        proposalType: 'add',
        add: { keyPackage },
      })),
    },
  );
  if (!peer || !welcome) throw new Error('nobody was added');
  const { publicPackage, privatePackage } = peer;
  return new BareTalk(
    suite,
    newState,
    await mls.joinGroup(welcome, publicPackage, privatePackage, mls.emptyPskIndex, suite),
  );
}

class BareTalk implements Talk {
  readonly #suite: mls.CiphersuiteImpl;
  #sender: mls.ClientState;
  #receiver: mls.ClientState;

  constructor(suite: mls.CiphersuiteImpl, sender: mls.ClientState, receiver: mls.ClientState) {
    this.#suite = suite;
    this.#sender = sender;
    this.#receiver = receiver;
  }

  async exchange(plaintext: Uint8Array): Promise<void> {
    const sealed = await mls.createApplicationMessage(this.#sender, plaintext, this.#suite);
    this.#sender = sealed.newState;
    const bytes = mls.encodeMlsMessage({
      version: 'mls10',
      wireformat: 'mls_private_message',
      privateMessage: sealed.privateMessage,
    });
    const [message] = mls.decodeMlsMessage(bytes, 0) ?? [];
    if (message?.wireformat !== 'mls_private_message') throw new Error('no private message');
    const opened = await mls.processPrivateMessage(
      this.#receiver,
      message.privateMessage,
      mls.emptyPskIndex,
      this.#suite,
    );
    this.#receiver = opened.newState;
    if (opened.kind !== 'applicationMessage') throw new Error('no application message');
    assertSame(plaintext, opened.message);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
