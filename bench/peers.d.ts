// The peers are installed for the benchmark alone: their types cannot be counted on.
declare module 'async';
declare module 'bottleneck';
declare module 'effect';
declare module 'fastq';
declare module 'generic-pool';
declare module 'p-limit';
declare module 'p-map';
declare module 'p-queue';
