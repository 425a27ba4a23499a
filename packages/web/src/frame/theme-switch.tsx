import { Icon } from '../parts/icon.tsx';
import { THEMES, type Theme, theme } from './theme.ts';

const looks = {
  system: { icon: 'system', text: 'As the system' },
  light: { icon: 'sun', text: 'Light' },
  dark: { icon: 'moon', text: 'Dark' },
} as const satisfies Record<Theme, object>;

export function ThemeSwitch() {
  return (
    <fieldset class="themes">
      <legend class="hidden-text">Colours</legend>
      {THEMES.map((name) => (
        <label key={name} title={looks[name].text}>
          <input
            type="radio"
            name="theme"
            checked={theme.value === name}
            onChange={() => {
              theme.value = name;
            }}
          />
          <Icon name={looks[name].icon} size={14} />
          <span class="hidden-text">{looks[name].text}</span>
        </label>
      ))}
    </fieldset>
  );
}
