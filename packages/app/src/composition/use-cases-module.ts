import { ContainerModule } from 'inversify';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const { authenticate, identifyCaller, enrolDevice, accountDirectory, endDevices } = TOKENS;
const { uploadBundles, claimBundles, checkBundles } = TOKENS;
const { appendEntry, readLog, describeConversation, listConversations } = TOKENS;
const { discover, moveCursors, readReceipts, sharePresence, holdConnections, incarnation } = TOKENS;

/** What the transports may call. */
export const useCasesModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bindFrom(
      bind,
      TOKENS.useCases,
      {
        authenticate,
        identifyCaller,
        enrolDevice,
        accountDirectory,
        endDevices,
        uploadBundles,
        claimBundles,
        checkBundles,
        appendEntry,
        readLog,
        describeConversation,
        listConversations,
        discover,
        moveCursors,
        readReceipts,
        sharePresence,
        holdConnections,
        incarnation,
      },
      (parts) => ({ ...parts, incarnation: parts.incarnation.current }),
    );
  });
