import { notFound } from '#app/http/guards.server.ts';

/** Every address that no other route answers: the root shows its page. */
export function loader() {
  throw notFound();
}

export function action() {
  throw notFound();
}

export default function NotFound() {
  return null;
}
