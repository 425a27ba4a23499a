// Whether the suite may run on the cluster that is given; its exit code is that of the suite where it may not.
import { NoTestCluster, TestCluster } from './test-cluster.ts';

try {
  const cluster = await TestCluster.open();
  console.log(`on ${cluster.client.connection.server}, Kubernetes ${cluster.version}`);
  cluster.close();
} catch (error) {
  if (!(error instanceof NoTestCluster)) throw error;
  console.error(`the Kubernetes suite did not run: ${error.message}`);
  process.exitCode = error.exitCode;
}
