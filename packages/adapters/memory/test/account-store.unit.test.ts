import { accountStoreContract } from '@sealpost/testing';
import { memory } from './memory.ts';

accountStoreContract(memory);
