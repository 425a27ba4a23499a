/** One thing that `doctor` looked at. */
export interface DoctorCheck {
  area: 'machine' | 'context' | 'platform' | 'plugins';
  name: string;
  ok: boolean;
  /** What was found. */
  message: string;
  /** What to do about it; null when it is all right. */
  fix: string | null;
}

export function passed(area: DoctorCheck['area'], name: string, message: string): DoctorCheck {
  return { area, name, ok: true, message, fix: null };
}

export function problem(area: DoctorCheck['area'], name: string, message: string, fix: string): DoctorCheck {
  return { area, name, ok: false, message, fix };
}
