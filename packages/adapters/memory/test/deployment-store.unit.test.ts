import { deploymentStoreContract } from '@sealpost/testing';
import { memory } from './memory.ts';

deploymentStoreContract(memory);
