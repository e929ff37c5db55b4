import { useNavigation } from '@remix-run/react';
import { useEffect } from 'react';
import type { InterruptedForm } from './session-ended.tsx';

let last: InterruptedForm | null = null;

/** Remembers in the browser the form that is being sent: an error page takes its place, and may have to give it back. */
export function useRememberedSubmission(): void {
  const { state, formMethod, formAction, formData } = useNavigation();
  useEffect(() => {
    if (state !== 'submitting' || formMethod === 'GET' || !formAction || !formData) return;
    const entries = [...formData].flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    );
    last = { vers: formAction, entries };
  }, [state, formMethod, formAction, formData]);
}

/** The form that was sent last from this page; null on the server. */
export function lastSubmission(): InterruptedForm | null {
  return last;
}
