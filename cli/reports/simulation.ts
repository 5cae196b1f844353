import { formatDuration } from '../durations.js';
import { page } from '../html/page.js';
import { simulateSettings, type Settings } from '../settings.js';
import { textTable } from '../table.js';
import { meets } from '../targets.js';
import { details } from './details.js';
import {
  costFacts,
  describeTrace,
  jsonOf,
  listed,
  settingsFacts,
  verdict,
  waitTable,
} from './facts.js';
import type { Report, Subject } from './report.js';

/** Replays a trace with one setting. */
export const simulation = (subject: Subject, settings: Settings): Report => {
  const { file, trace, targets } = subject;
  const outcome = simulateSettings(trace.tasks, settings);
  const tried = { settings, outcome };
  const { titles, rows } = waitTable(outcome);
  const costs = costFacts(outcome, settings);
  const end = `ends after ${formatDuration(outcome.duration)}`;
  const isMet = meets(outcome.wait, targets);
  return {
    isMet,
    json: { trace: describeTrace(subject), ...jsonOf(tried, targets) },
    text: [
      describeTrace(subject),
      `${listed(settingsFacts(settings))}; ${end}`,
      '',
      textTable(titles, rows),
      '',
      textTable(
        costs.map(([name]) => name),
        [costs.map(([, value]) => value)],
      ),
      ...verdict(outcome, targets).flatMap((line) => ['', line]),
    ].join('\n'),
    html: (assets) => {
      const { sections, charts } = details(subject, tried);
      const intro = [`${describeTrace(subject)}; it ${end}.`, ...verdict(outcome, targets)];
      return page(`rx-tasker: ${file} simulated`, intro, sections, charts, assets);
    },
  };
};
