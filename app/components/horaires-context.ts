import { createContext, useContext } from 'react';
import type { DraftError } from '#app/domain/horaires/form-read.ts';

/** What every input of the editor needs: what is wrong in its group, who has the focus, and whom to tell of a change. */
export interface EditorTools {
  errors: readonly DraftError[];
  focus: string | null;
  /** Reads the whole form again. */
  onChange(): void;
}

const nothing: EditorTools = { errors: [], focus: null, onChange: () => undefined };

export const EditorContext = createContext<EditorTools>(nothing);

export function useEditor(): EditorTools {
  return useContext(EditorContext);
}

/** The attributes of an input that may be invalid or take the focus when a page without JavaScript comes back. */
export function useInput(name: string, group: string) {
  const { errors, focus, onChange } = useEditor();
  const invalid = errors.some(({ control }) => control === name);
  return {
    id: name,
    name,
    onChange,
    autoFocus: focus === name,
    'aria-invalid': invalid || undefined,
    'aria-describedby': invalid ? errorsId(group) : undefined,
  };
}

/** The attributes of something else that may take the focus so: a summary, an answer. */
export function useFocusTarget(id: string) {
  return { id, autoFocus: useEditor().focus === id };
}

/** The id of the sentences that say what is wrong in a group. */
export function errorsId(group: string): string {
  return `${group}.erreurs`;
}
