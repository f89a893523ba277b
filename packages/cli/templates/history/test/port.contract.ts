import {
  anAdapterHost,
  openAdapter,
  portOf,
  conversationLogContract,
  logModelSuite,
  storesAround,
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
      stores: storesAround(portOf(opened, 'history')),
      dispose: async () => {
        await opened.stop();
        await remove();
      },
    };
  },
};

conversationLogContract(subject);
logModelSuite(subject, { runs: 25 });
