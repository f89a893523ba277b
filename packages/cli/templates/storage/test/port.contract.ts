import {
  anAdapterHost,
  openAdapter,
  portOf,
  accountStoreContract,
  conversationIndexContract,
  conversationLogContract,
  cursorStoreContract,
  deploymentStoreContract,
  deviceStoreContract,
  keyDirectoryContract,
  sessionStoreContract,
  signingKeyStoreContract,
  keyDirectoryModelSuite,
  logModelSuite,
  type StoresSubject,
} from '@sealpost/testing';
import { adapter } from '../src/index.ts';
import { aPlace } from './a-place.ts';

const subject: StoresSubject = {
  name: adapter.name,
  open: async () => {
    const { options, remove } = await aPlace();
    const opened = await openAdapter(adapter, options, anAdapterHost());
    return {
      stores: portOf(opened, 'storage'),
      dispose: async () => {
        await opened.stop();
        await remove();
      },
    };
  },
};

conversationLogContract(subject);
conversationIndexContract(subject);
cursorStoreContract(subject);
keyDirectoryContract(subject);
accountStoreContract(subject);
deviceStoreContract(subject);
sessionStoreContract(subject);
signingKeyStoreContract(subject);
deploymentStoreContract(subject);
logModelSuite(subject, { runs: 25 });
keyDirectoryModelSuite(subject, { runs: 25 });
