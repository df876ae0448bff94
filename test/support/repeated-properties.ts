import fc from 'fast-check';

/* By `npm test`, a property without a seed of its own draws the same values each time. `test:deep` draws others. */
if (process.env.DEEP !== '1') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 1 });
