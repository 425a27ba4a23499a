import { currentScreen, type DashboardUi, type Prompt, withScreen } from './dashboard-ui.ts';
import type { Pressed } from './pressed.ts';

const LONGEST = 200;
const MOST_INSTANCES = 100;

/** What is typed into the last line of the screen. A filter of a list applies while it is typed. */
export function pressInPrompt(ui: DashboardUi, prompt: Prompt, key: string): Pressed {
  if (key === 'esc') {
    const before = prompt.kind === 'filter' ? applyFilter(ui, prompt.before, true) : ui;
    return { ui: { ...before, prompt: null } };
  }
  if (key === 'enter') return { ui: finish({ ...ui, prompt: null }, prompt) };
  const text = edit(prompt.text, key);
  if (text === prompt.text) return { ui };
  const typed = { ...ui, prompt: { ...prompt, text } };
  return { ui: prompt.kind === 'filter' ? applyFilter(typed, text, false) : typed };
}

function edit(text: string, key: string): string {
  if (key === 'backspace' || key === 'delete') return Array.from(text).slice(0, -1).join('');
  if (key === 'ctrl-u') return '';
  if (key === 'ctrl-w') return text.replace(/\S*\s*$/, '');
  return Array.from(key).length === 1 && text.length < LONGEST ? text + key : text;
}

function finish(ui: DashboardUi, prompt: Prompt): DashboardUi {
  if (prompt.kind === 'filter') return applyFilter(ui, prompt.text, true);
  const { app, process, text } = prompt;
  const instances = /^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (Number.isNaN(instances) || instances > MOST_INSTANCES) {
    const said = `"${text}" is no number of instances: 0 to ${MOST_INSTANCES}.`;
    return { ...ui, notice: { tone: 'bad', text: said } };
  }
  const plural = instances === 1 ? 'instance' : 'instances';
  return {
    ...ui,
    confirmation: {
      question: `Scale ${app} ${process} to ${instances} ${plural}?`,
      action: { kind: 'scale', app, process, instances },
    },
  };
}

/** A log is searched by the platform, once the text is complete; lists follow each key. */
function applyFilter(ui: DashboardUi, text: string, complete: boolean): DashboardUi {
  const screen = currentScreen(ui);
  if (screen.kind === 'logs') {
    return complete && screen.filter !== text
      ? withScreen(ui, { ...screen, filter: text, bottom: null })
      : ui;
  }
  if (!('list' in screen)) return ui;
  return withScreen(ui, { ...screen, list: { ...screen.list, filter: text, top: 0 } });
}
