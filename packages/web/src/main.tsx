import { render } from 'preact';
import { readPlace } from './logic/route.ts';

const page = document.querySelector('#page');
if (page !== null) render(<main>{readPlace(location.hash).page}</main>, page);
