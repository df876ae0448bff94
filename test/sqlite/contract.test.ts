import { storeContract } from '../contract/store-contract.ts';
import { openFreshFile } from './opened-file.ts';

storeContract('The embedded store', openFreshFile, {
  seesOtherUnusedDialogs: true,
  seesProfiles: true,
});
