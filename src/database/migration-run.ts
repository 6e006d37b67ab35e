/** Brings the configured database up to date and ends: for a deployment that migrates before it starts. */
import 'reflect-metadata';
import { readConfiguration } from '../config/read-configuration.js';
import { openDatabase } from './open-database.js';

const { database } = readConfiguration();
const dataSource = await openDatabase(database, []);
await dataSource.destroy();
console.log('The database is up to date.');
