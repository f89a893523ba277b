import { signingKeyStoreContract } from '@sealpost/testing';
import { memory } from './memory.ts';

signingKeyStoreContract(memory);
