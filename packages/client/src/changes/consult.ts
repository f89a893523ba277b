import type { WireConversation } from '@sealpost/protocol';
import type { KeyBundle } from '../engine/engine.port.ts';
import type { Session } from '../session/session.ts';

/** What the server has to be asked before keys are changed. */
export class Consult {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Members, keys in force and what is owed, of now. */
  conversation(conversation: string): Promise<WireConversation> {
    return this.#session.need('conversation', { params: { conversation } });
  }

  /** One bundle for each device of the accounts but this one; they are spent with the call. */
  async bundles(suite: string, accounts: readonly string[]): Promise<readonly KeyBundle[]> {
    const { bundles } = await this.#session.need('claimBundles', {
      body: { suite, accounts: [...new Set(accounts)], only: null },
    });
    return bundles.map((bundle) => ({ ...bundle, suite }));
  }
}

/** A device as the wire names it, and nothing else of it. */
export const refOf = ({
  account,
  device,
}: {
  readonly account: string;
  readonly device: string;
}) => ({ account, device });
