import type { AccountDirectory } from './account/account-directory.ts';
import type { Authenticate } from './account/authenticate.ts';
import type { EndDevices } from './account/end-devices.ts';
import type { EnrolDevice } from './account/enrol-device.ts';
import type { IdentifyCaller } from './account/identify-caller.ts';
import type { DescribeConversation } from './conversation/describe-conversation.ts';
import type { ListConversations } from './conversation/list-conversations.ts';
import type { Discover } from './delivery/discover.ts';
import type { MoveCursors } from './delivery/move-cursors.ts';
import type { ReadReceipts } from './delivery/read-receipts.ts';
import type { CheckBundles } from './keys/check-bundles.ts';
import type { ClaimBundles } from './keys/claim-bundles.ts';
import type { UploadBundles } from './keys/upload-bundles.ts';
import type { AppendEntry } from './log/append-entry.ts';
import type { ReadLog } from './log/read-log.ts';
import type { HoldConnections } from './presence/hold-connections.ts';
import type { SharePresence } from './presence/share-presence.ts';

/** All that a transport may call, and nothing else of the server. */
export interface UseCases {
  readonly authenticate: Authenticate;
  readonly identifyCaller: IdentifyCaller;
  readonly enrolDevice: EnrolDevice;
  readonly accountDirectory: AccountDirectory;
  readonly endDevices: EndDevices;
  readonly uploadBundles: UploadBundles;
  readonly claimBundles: ClaimBundles;
  readonly checkBundles: CheckBundles;
  readonly appendEntry: AppendEntry;
  readonly readLog: ReadLog;
  readonly describeConversation: DescribeConversation;
  readonly listConversations: ListConversations;
  readonly discover: Discover;
  readonly moveCursors: MoveCursors;
  readonly readReceipts: ReadReceipts;
  readonly sharePresence: SharePresence;
  readonly holdConnections: HoldConnections;
  /** The deployment's incarnation as this process knows it. */
  readonly incarnation: () => number;
}
