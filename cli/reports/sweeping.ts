import { html } from '../html/html.js';
import { figure, factList, page, table } from '../html/page.js';
import { sweepCharts } from '../html/charts.js';
import { simulateSettings } from '../settings.js';
import type { Sweep, SweepStep } from '../sweep.js';
import { textTable } from '../table.js';
import { meets } from '../targets.js';
import { comparison, costLegend, describeTrace, jsonOf, listed, settingsFacts } from './facts.js';
import type { Report, Subject } from './report.js';

/**
 * Replays a trace with each value of a setting.
 *
 * @param progress - shows the progress
 */
export const sweeping = (
  subject: Subject,
  { name, kind }: Sweep,
  steps: readonly SweepStep[],
  progress: (text: string) => void,
): Report => {
  const { file, trace, targets } = subject;
  const tried = steps.map((step, index) => {
    progress(`simulation ${index + 1} of ${steps.length}`);
    const outcome = simulateSettings(trace.tasks, step.settings);
    return { ...step, outcome };
  });
  const { titles, rows } = comparison(
    name,
    tried.map((each) => [each.label, each] as const),
    targets,
  );
  // Leaves out settings that depend on the swept one, like a max of twice the base: these have many values.
  const [first, last] = [settingsFacts(steps[0]!.settings), settingsFacts(steps.at(-1)!.settings)];
  const constant = first.filter(([, value], index) => value === last[index]![1]);
  return {
    isMet: tried.some(({ outcome }) => meets(outcome.wait, targets)),
    json: {
      trace: describeTrace(subject),
      sweep: name,
      runs: tried.map((each) => ({ value: each.value, ...jsonOf(each, targets) })),
    },
    text: [describeTrace(subject), listed(constant), '', textTable(titles, rows)].join('\n'),
    html: (assets) => {
      const charts = sweepCharts(name, tried, kind === 'duration', targets);
      return page(
        `rx-tasker: ${file} with several values of ${name}`,
        [`${describeTrace(subject)}.`],
        [
          { title: 'The same in all', parts: [factList(constant)] },
          {
            title: `By ${name}`,
            parts: [
              table(`Waits and costs with each ${name}`, titles, rows),
              html`<p>${costLegend}</p>`,
              ...charts.map(figure),
            ],
          },
        ],
        charts,
        assets,
      );
    },
  };
};
