import { adaptiveStaffing, squareRootStaffing, type ScalingPolicy } from '../../src/index.js';
import { simulate, type SimulatedTask, type SimulationReport } from '../../src/simulation/index.js';
import { inBursts, poisson } from './workload.js';

const workloads: Record<string, () => Iterable<SimulatedTask>> = {
  steady: () => poisson({ count: 5000, rate: 0.01, mean: 500 }),
  bursts: () => inBursts({ count: 5000, rate: 0.02, mean: 1000, length: 30_000 }),
};

const run = (workload: string, startup: number, scaling: ScalingPolicy): SimulationReport =>
  simulate({
    tasks: workloads[workload]!(),
    config: { workerCount: 2, maxWorkerCount: 200, scaling },
    startup,
  });

describe('adaptiveStaffing, next to squareRootStaffing', () => {
  it.each([
    ['steady', 0],
    ['steady', 2000],
    ['steady', 10_000],
    ['bursts', 0],
    ['bursts', 2000],
    ['bursts', 10_000],
  ])(
    'waits no longer and changes less for the same cost: %s, start-up %s ms',
    (workload, startup) => {
      const adaptive = run(workload, startup, adaptiveStaffing());
      const plain = run(workload, startup, squareRootStaffing());
      expect(adaptive.costRatio).toBeLessThan(1.03 * plain.costRatio);
      expect(adaptive.wait.p99).toBeLessThan((startup === 0 ? 0.8 : 1.02) * plain.wait.p99);
      expect(adaptive.reversals).toBeLessThan(plain.reversals);
      if (startup < 10_000) return;
      expect(adaptive.costRatio).toBeLessThan(0.9 * plain.costRatio);
      expect(adaptive.workersStarted).toBeLessThan(0.5 * plain.workersStarted);
    },
  );
});
