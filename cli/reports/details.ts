import { formatDuration } from '../durations.js';
import { chartsOverTime, waitChart } from '../html/charts.js';
import type { Chart } from '../html/chart.js';
import { html } from '../html/html.js';
import { factList, figure, spansTable, table, type Section } from '../html/page.js';
import { Recorder } from '../html/Recorder.js';
import { simulateSettings } from '../settings.js';
import { costFacts, costLegend, settingsFacts, waitFacts, waitTable } from './facts.js';
import type { Subject, Tried } from './report.js';

/** The sections and charts of one simulation. */
export const details = (
  { trace, targets }: Subject,
  { settings, outcome }: Tried,
): { sections: Section[]; charts: Chart[] } => {
  // The trace is simulated once more, since only now its duration is known, and so the length of a span.
  const fine = new Recorder(outcome.duration, 600, settings.base);
  const coarse = new Recorder(outcome.duration, 40, settings.base);
  const waits = new Map<number, number[]>();
  simulateSettings(trace.tasks, settings, (event) => {
    fine.apply(event);
    coarse.apply(event);
    if (event.type !== 'completed') return;
    const wait = event.startedAt - event.queuedAt;
    const others = waits.get(event.priority);
    if (others) others.push(wait);
    else waits.set(event.priority, [wait]);
  });
  const spans = fine.finish();
  const byPercentile = waitChart(waits, targets);
  const overTime = chartsOverTime(spans, targets);
  const { titles, rows } = waitTable(outcome);

  return {
    charts: [byPercentile, ...overTime],
    sections: [
      { title: 'Settings', parts: [factList(settingsFacts(settings))] },
      {
        title: 'Result',
        parts: [
          factList([
            ...waitFacts(outcome.wait).map(([name, value]) => [`${name} wait`, value] as const),
            ...costFacts(outcome, settings),
          ]),
          html`<p>${costLegend}</p>`,
        ],
      },
      {
        title: 'Waits',
        parts: [
          table('From the arrival of a task to its start', titles, rows),
          figure(byPercentile),
        ],
      },
      {
        title: 'Over time',
        parts: [
          html`<p>
            Each point stands for ${formatDuration(spans[0]!.length)}: workers, waiting tasks and
            the longest wait are the highest within it, rates are means. Drag to zoom in,
            double-click to zoom out.
          </p>`,
          ...overTime.map(figure),
          spansTable(coarse.finish()),
        ],
      },
    ],
  };
};
