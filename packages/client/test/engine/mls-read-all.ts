import type { EngineAttacks } from '@sealpost/testing';
import * as mls from 'ts-mls';
import { unprotectPrivateMessage } from 'ts-mls/messageProtection.js';
import type { Bytes } from '../../src/engine/engine.port.ts';
import { clientConfig, widthOf, type Epoch } from '../../src/engine/mls/ts-mls.ts';
import { epochOf, suite, wire } from './mls-library.ts';
import { epochWithoutPath } from './mls-pathless-epoch.ts';

interface Attempt {
  readonly plaintext?: Bytes;
  readonly next?: Epoch;
}

/** Follows the entries from every rewriting of the old keys and collects whatever can be read on the way. */
export const readAll: EngineAttacks['readAll'] = async (records, conversation, entries) => {
  const epoch = await epochOf(records, conversation);
  const messages = entries.flatMap(({ parts }) =>
    parts.flatMap(({ audience, bytes }) => (audience === 'all' ? [wire(bytes)] : [])),
  );
  const found: Bytes[] = [];
  for (const start of [epoch, ...asOtherLeaves(epoch), ...withOldRatchets(epoch)]) {
    let states = [start];
    for (const message of messages) {
      const steps = (await Promise.all(states.map((state) => attempt(state, message)))).flat();
      found.push(...steps.flatMap(({ plaintext }) => plaintext ?? []));
      states = [...states, ...steps.flatMap(({ next }) => next ?? [])];
    }
  }
  return found;
};

/** F1: the library looks for the keys of whatever leaf the state says that it is. */
function asOtherLeaves(epoch: Epoch): Epoch[] {
  const { privatePath } = epoch;
  const places = Array.from({ length: 2 * widthOf(epoch) + 1 }, (_, node) => node);
  const everywhere = Object.values(privatePath.privateKeys).map((key) =>
    Object.fromEntries(places.map((node) => [node, key])),
  );
  return Array.from({ length: widthOf(epoch) + 1 }, (_, leafIndex) => leafIndex).flatMap(
    (leafIndex) =>
      [privatePath.privateKeys, ...everywhere].map((privateKeys) => ({
        ...epoch,
        privatePath: { leafIndex, privateKeys },
      })),
  );
}

/** F2: a secret that was kept under a later number serves an earlier one, if it is the earlier one's. */
function withOldRatchets(epoch: Epoch): Epoch[] {
  return [0, 1, 2].map((generation) => ({
    ...epoch,
    secretTree: epoch.secretTree.map((node) => ({
      handshake: { ...node.handshake, generation },
      application: { ...node.application, generation },
    })),
  }));
}

async function attempt(state: Epoch, message: mls.MLSMessage): Promise<Attempt[]> {
  if (message.wireformat === 'mls_private_message') {
    return Promise.all([
      tried(() => processed(state, message)),
      tried(() => withoutPath(state, message)),
    ]);
  }
  return message.wireformat === 'mls_public_message'
    ? [await tried(() => processed(state, message))]
    : [];
}

async function processed(
  state: Epoch,
  message: mls.MlsPrivateMessage | mls.MlsPublicMessage,
): Promise<Attempt> {
  const cs = await suite();
  const result = await mls.processMessage(message, state, mls.emptyPskIndex, mls.acceptAll, cs);
  return result.kind === 'applicationMessage'
    ? { plaintext: result.message.slice(), next: result.newState }
    : { next: { ...result.newState, groupActiveState: { kind: 'active' } } };
}

/** The library refuses a removal without a path; an attacker does the sums himself. */
async function withoutPath(
  state: Epoch,
  { privateMessage }: mls.MlsPrivateMessage,
): Promise<Attempt> {
  const { content } = await unprotectPrivateMessage(
    state.keySchedule.senderDataSecret,
    privateMessage,
    state.secretTree,
    state.ratchetTree,
    state.groupContext,
    clientConfig.keyRetentionConfig,
    await suite(),
  );
  const { content: framedContent, auth } = content;
  if (framedContent.contentType !== 'commit' || framedContent.sender.senderType !== 'member') {
    return {};
  }
  const { leafIndex } = framedContent.sender;
  const signed = { framedContent, signature: auth.signature };
  return { next: await epochWithoutPath(state, signed, leafIndex) };
}

async function tried(work: () => Promise<Attempt>): Promise<Attempt> {
  try {
    return await work();
  } catch {
    // An attempt that leads nowhere.
    return {};
  }
}
