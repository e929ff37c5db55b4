import { z } from 'zod';
import fr from 'zod/v4/locales/fr.js';

/** What forms and settings refuse without a sentence of their own is refused in French in this process. */
export function speakFrench(): void {
  z.config(fr());
}
