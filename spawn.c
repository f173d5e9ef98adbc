#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <sys/resource.h>
#include <time.h>
#include <fcntl.h>
#include <unistd.h>
extern char**environ;
static double now(){struct timespec t;clock_gettime(CLOCK_MONOTONIC,&t);return t.tv_sec*1e3+t.tv_nsec/1e6;}
static int cmp(const void*a,const void*b){double x=*(double*)a,y=*(double*)b;return x<y?-1:x>y;}
int main(int c,char**v){int n=atoi(v[1]);double*t=malloc(n*8);int st=0;long rss=0;
posix_spawn_file_actions_t fa;posix_spawn_file_actions_init(&fa);posix_spawn_file_actions_addopen(&fa,1,"/dev/null",O_WRONLY,0);posix_spawn_file_actions_addopen(&fa,2,"/dev/null",O_WRONLY,0);
double u=0,s=0;
for(int i=0;i<n;i++){double a=now();pid_t p;posix_spawnp(&p,v[2],&fa,0,v+2,environ);struct rusage r;wait4(p,&st,0,&r);t[i]=now()-a;rss=r.ru_maxrss;u+=r.ru_utime.tv_sec*1e3+r.ru_utime.tv_usec/1e3;s+=r.ru_stime.tv_sec*1e3+r.ru_stime.tv_usec/1e3;}
qsort(t,n,8,cmp);printf("min %.2f med %.2f user %.1f sys %.1f rss %ldM rc %d\n",t[0],t[n/2],u/n,s/n,rss/1024,WEXITSTATUS(st));}
