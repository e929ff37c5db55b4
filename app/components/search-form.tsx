import { Form } from '@remix-run/react';
import { useId } from 'react';

/** Search of a lieu by commune or name: leads to the map and its list. */
export function SearchForm({ large = false }: { large?: boolean }) {
  const id = useId();
  return (
    <Form action="/carte" className={large ? 'search search-large' : 'search'}>
      <search>
        <label htmlFor={id} className="field-label">
          Votre commune, votre code postal ou le nom d’un lieu
        </label>
        <div className="search-row">
          <input id={id} type="search" name="q" className="input" autoComplete="postal-code" enterKeyHint="search" />
          <button type="submit" className="button">
            Chercher
          </button>
        </div>
      </search>
    </Form>
  );
}
