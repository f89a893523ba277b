export {
  localStoreContract,
  type LocalStorePlace,
  type LocalStoreSubject,
} from './contracts/local-store.contract.ts';
