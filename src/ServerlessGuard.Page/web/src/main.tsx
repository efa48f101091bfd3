import './app.css';
import { render } from 'preact';
import { takeKey } from './api';
import { App } from './app';

takeKey();
const root = document.getElementById('app')!;
root.textContent = '';
render(<App />, root);
